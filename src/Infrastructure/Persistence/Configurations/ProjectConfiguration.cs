using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence.Conversions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FewShotAD.Infrastructure.Persistence.Configurations;

internal sealed class ProjectConfiguration : IEntityTypeConfiguration<Project>
{
    public void Configure(EntityTypeBuilder<Project> builder)
    {
        builder.ToTable("Projects");
        builder.HasKey(project => new { project.TenantId, project.Id });
        builder.Property(project => project.Name).HasMaxLength(Project.NameMaxLength);
        builder.Property(project => project.Description).HasMaxLength(Project.DescriptionMaxLength);
        builder.Property(project => project.LineCosts).HasJsonColumn();
        builder.Property(project => project.Retention).HasJsonColumn();
        builder.Property(project => project.ConcurrencyStamp).IsConcurrencyToken();
        builder.HasIndex(project => new { project.TenantId, project.Name }).IsUnique();
        builder.HasOne<Tenant>().WithMany().HasForeignKey(project => project.TenantId).OnDelete(DeleteBehavior.Cascade);
        // SET NULL would clear the tenant as well, which is part of the key: who deletes a model takes it back first.
        builder.HasOne<TrainedModel>().WithMany().HasForeignKey(project => new { project.TenantId, project.PublishedModelId })
            .OnDelete(DeleteBehavior.ClientSetNull);
    }
}
