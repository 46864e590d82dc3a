using FewShotAD.Domain.Images;
using FewShotAD.Domain.Marks;
using FewShotAD.Infrastructure.Persistence.Conversions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FewShotAD.Infrastructure.Persistence.Configurations;

internal sealed class ImageAnnotationConfiguration : IEntityTypeConfiguration<ImageAnnotation>
{
    public void Configure(EntityTypeBuilder<ImageAnnotation> builder)
    {
        builder.ToTable("Annotations");
        builder.HasKey(annotation => new { annotation.TenantId, annotation.ImageId });
        builder.Property(annotation => annotation.Shapes).HasJsonColumn();
        builder.Property(annotation => annotation.ConcurrencyStamp).IsConcurrencyToken();
        builder.HasOne<InspectionImage>().WithMany().HasForeignKey(annotation => new { annotation.TenantId, annotation.ImageId })
            .OnDelete(DeleteBehavior.Cascade);
    }
}
