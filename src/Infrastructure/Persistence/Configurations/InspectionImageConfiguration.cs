using FewShotAD.Domain.Images;
using FewShotAD.Domain.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FewShotAD.Infrastructure.Persistence.Configurations;

internal sealed class InspectionImageConfiguration : IEntityTypeConfiguration<InspectionImage>
{
    public void Configure(EntityTypeBuilder<InspectionImage> builder)
    {
        builder.ToTable("Images");
        builder.HasKey(image => new { image.TenantId, image.Id });
        builder.Property(image => image.Name).HasMaxLength(InspectionImage.NameMaxLength);
        builder.Property(image => image.Sha256).HasMaxLength(64).IsFixedLength();
        builder.Property(image => image.Format).HasMaxLength(16);
        builder.Property(image => image.DefectType).HasMaxLength(InspectionImage.DefectTypeMaxLength);
        builder.ComplexProperty(image => image.Blobs);
        builder.HasIndex(image => new { image.TenantId, image.ProjectId, image.Sha256 }).IsUnique();
        // One for each order of the lists, with all that they filter by: docs/scale.md.
        builder.HasIndex(image => new { image.TenantId, image.ProjectId, image.Split, image.Name, image.Id, image.Label, image.DefectType }).HasDatabaseName("IX_Images_BySplit");
        builder.HasIndex(image => new { image.TenantId, image.ProjectId, image.Name, image.Id, image.Split, image.Label, image.DefectType }).HasDatabaseName("IX_Images_ByName");
        builder.HasIndex(image => new { image.TenantId, image.Bytes }); // what a team has, without its rows
        builder.HasIndex(image => new { image.TenantId, image.ProjectId, image.UploadedAt, image.Id, image.Split, image.Label, image.DefectType, image.Name }).HasDatabaseName("IX_Images_ByTime");
        builder.HasOne<Project>().WithMany().HasForeignKey(image => new { image.TenantId, image.ProjectId })
            .OnDelete(DeleteBehavior.Cascade);
    }
}
